{% macro text(column) %}TRIM(CAST({{ column }} AS VARCHAR)){% endmacro %}
{% macro day(column) %}CAST({{ column }} AS DATE){% endmacro %}
{% macro day_literal(day) %}DATE '{{ day }}'{% endmacro %}
{% macro day_text(column) %}TO_CHAR({{ column }}, 'YYYY-MM-DD'){% endmacro %}
{% macro decimal(column) %}CAST({{ column }} AS NUMBER(18, 4)){% endmacro %}
{% macro amount_text(sum) %}{{ sum }}{% endmacro %}
{% macro count_lines() %}COUNT(*){% endmacro %}
{% macro notes() %}
-- To run it: snow sql --format csv -f usage.sql > result.csv
-- Names are in quotes, so their case counts: a table that was created as claims is CLAIMS.
{%- endmacro %}
