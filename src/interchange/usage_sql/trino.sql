{% macro text(column) %}TRIM(CAST({{ column }} AS VARCHAR)){% endmacro %}
{% macro day(column) %}CAST({{ column }} AS DATE){% endmacro %}
{% macro day_literal(day) %}DATE '{{ day }}'{% endmacro %}
{% macro day_text(column) %}CAST({{ column }} AS VARCHAR){% endmacro %}
{% macro decimal(column) %}CAST({{ column }} AS DECIMAL(18, 4)){% endmacro %}
{% macro amount_text(sum) %}{{ sum }}{% endmacro %}
{% macro count_lines() %}COUNT(*){% endmacro %}
{% macro notes() %}
-- To run it: trino --output-format CSV_HEADER --file usage.sql > result.csv
{%- endmacro %}
