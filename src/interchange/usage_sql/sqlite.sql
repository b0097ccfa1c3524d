{% macro text(column) %}TRIM(CAST({{ column }} AS TEXT)){% endmacro %}
{% macro day(column) %}DATE({{ column }}){% endmacro %}
{% macro day_literal(day) %}'{{ day }}'{% endmacro %}
{% macro day_text(column) %}{{ column }}{% endmacro %}
{% macro decimal(column) %}CAST(ROUND(NULLIF({{ column }}, '') * 10000) AS INTEGER){% endmacro %}
{% macro amount_text(sum) %}CASE WHEN {{ sum }} IS NOT NULL THEN PRINTF('%s%d.%04d', CASE WHEN {{ sum }} < 0 THEN '-' ELSE '' END, ABS({{ sum }}) / 10000, ABS({{ sum }}) % 10000) END{% endmacro %}
{% macro count_lines() %}COUNT(*){% endmacro %}
{% macro notes() %}
-- To run it: sqlite3 -bail -header -csv DATABASE < usage.sql > result.csv
-- Days are text such as 2025-10-01; lines with days in another form are undated. SQLite has no decimal numbers, so
-- amounts are added up in ten-thousandths.
{%- endmacro %}
