{% macro text(column) %}TRIM(CAST({{ column }} AS STRING)){% endmacro %}
{% macro day(column) %}CAST({{ column }} AS DATE){% endmacro %}
{% macro day_literal(day) %}DATE '{{ day }}'{% endmacro %}
{% macro day_text(column) %}FORMAT_DATE('%F', {{ column }}){% endmacro %}
{% macro decimal(column) %}ROUND(CAST({{ column }} AS NUMERIC), 4){% endmacro %}
{% macro amount_text(sum) %}{{ sum }}{% endmacro %}
{% macro count_lines() %}COUNT(*){% endmacro %}
{% macro notes() %}
-- To run it: bq query --use_legacy_sql=false --format=csv --max_rows=10000000 < usage.sql > result.csv
{%- endmacro %}
