{% macro text(column) %}TRIM(CAST({{ column }} AS STRING)){% endmacro %}
{% macro day(column) %}CAST({{ column }} AS DATE){% endmacro %}
{% macro day_literal(day) %}DATE '{{ day }}'{% endmacro %}
{% macro day_text(column) %}DATE_FORMAT({{ column }}, 'yyyy-MM-dd'){% endmacro %}
{% macro decimal(column) %}CAST({{ column }} AS DECIMAL(18, 4)){% endmacro %}
{% macro amount_text(sum) %}{{ sum }}{% endmacro %}
{% macro count_lines() %}COUNT(*){% endmacro %}
{% macro notes() %}
-- To run it: spark-sql --conf spark.sql.cli.print.header=true -f usage.sql > result.tsv
-- On Databricks run it in the SQL editor and download the result as CSV, or write it to a file in a job.
-- A column of days that is text has to be written as 2025-10-01.
{%- endmacro %}
