{% macro text(column) %}LTRIM(RTRIM(CAST({{ column }} AS NVARCHAR(1000)))) COLLATE Latin1_General_100_BIN2{% endmacro %}
{% macro day(column) %}CAST({{ column }} AS DATE){% endmacro %}
{% macro day_literal(day) %}CAST('{{ day }}' AS DATE){% endmacro %}
{% macro day_text(column) %}CONVERT(CHAR(10), {{ column }}, 23){% endmacro %}
{% macro decimal(column) %}CAST({{ column }} AS DECIMAL(18, 4)){% endmacro %}
{% macro amount_text(sum) %}{{ sum }}{% endmacro %}
{% macro count_lines() %}COUNT_BIG(*){% endmacro %}
{% macro notes() %}
-- To run it: sqlcmd -b -W -s "|" -f 65001 -d DATABASE -i usage.sql -o result.csv
-- The collation keeps owners apart that differ in case or accents.
{%- endmacro %}
