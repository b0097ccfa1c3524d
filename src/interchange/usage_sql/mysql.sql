{% macro text(column) %}TRIM(CONVERT({{ column }} USING utf8mb4)) COLLATE utf8mb4_bin{% endmacro %}
{% macro day(column) %}CAST({{ column }} AS DATE){% endmacro %}
{% macro day_literal(day) %}DATE '{{ day }}'{% endmacro %}
{% macro day_text(column) %}DATE_FORMAT({{ column }}, '%Y-%m-%d'){% endmacro %}
{% macro decimal(column) %}CAST({{ column }} AS DECIMAL(18, 4)){% endmacro %}
{% macro amount_text(sum) %}{{ sum }}{% endmacro %}
{% macro count_lines() %}COUNT(*){% endmacro %}
{% macro notes() %}
-- To run it: mysql --batch --raw --default-character-set=utf8mb4 DATABASE < usage.sql > result.tsv
-- It needs MySQL 8.0 or MariaDB 10.2. The collation keeps owners apart that differ in case or accents.
{%- endmacro %}
