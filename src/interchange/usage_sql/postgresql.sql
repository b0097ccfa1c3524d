{% macro text(column) %}TRIM(CAST({{ column }} AS TEXT)){% endmacro %}
{% macro day(column) %}CAST({{ column }} AS DATE){% endmacro %}
{% macro day_literal(day) %}DATE '{{ day }}'{% endmacro %}
{% macro day_text(column) %}TO_CHAR({{ column }}, 'YYYY-MM-DD'){% endmacro %}
{% macro decimal(column) %}CAST({{ column }} AS DECIMAL(18, 4)){% endmacro %}
{% macro amount_text(sum) %}{{ sum }}{% endmacro %}
{% macro count_lines() %}COUNT(*){% endmacro %}
{% macro notes() %}
-- To run it: psql --csv -v ON_ERROR_STOP=1 -f usage.sql -o result.csv DATABASE
{%- endmacro %}
