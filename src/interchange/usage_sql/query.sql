{% macro clean(raw) %}
{% if spelling %}
CASE
      WHEN UPPER({{ raw }}) LIKE '%X' THEN {{ raw }}
      WHEN {{ raw }} NOT LIKE '%.%' AND {{ raw }} NOT LIKE '{{ spelling.too_long }}%' THEN UPPER({{ raw }})
{% if spelling.dotted %}
      WHEN {{ raw }} LIKE '{{ spelling.dotted }}%' AND {{ raw }} NOT LIKE '_{{ spelling.too_long }}%'
        AND {{ raw }} NOT LIKE '%.%.%' AND {{ raw }} NOT LIKE '%-%' AND {{ raw }} NOT LIKE '%*%' AND {{ raw }} = REPLACE({{ raw }}, '_', '')
        THEN UPPER(REPLACE({{ raw }}, '.', ''))
{% endif %}
      ELSE {{ raw }}
    END
{%- else %}
{{ raw }}
{%- endif %}
{% endmacro %}
{% macro other_keys() %}
{% if system %}
    , line_system
{% endif %}
{% if days %}
    , line_day
{% endif %}
{% if owner %}
    , line_owner
{% endif %}
{% if account %}
    , line_account
{% endif %}
{% endmacro %}
{% macro group_keys() %}
{% if system %}line_system, {% endif %}code, edition_slot{% if owner %}, line_owner{% endif %}
{% endmacro %}
{% macro code_keys() %}
{% if system %}line_system, {% endif %}code
{%- endmacro %}
-- {{ title }}
--
-- Counts the lines of {{ table_shown }} by code{% if owner %}, edition slot and owner{% else %} and edition slot{% endif %}.
-- It reads the table once, changes nothing, and returns counts only. `codeset impact` and `codeset prepare` read the
-- result like any file of codes in use. Written for {{ database }}.
--
{{ notes() }}
{% if spelling %}
-- Codes are counted without blanks around them and in capital letters{% if spelling.dotted %}, without their dot{% endif %}, as codeset reads them.
{% else %}
-- Codes are counted without blanks around them, as codeset reads them.
{% endif %}
{% if spelling %}
-- A value that ends with X stays as it is written: E11.x is a wildcard, and I10X may be I10.
{% endif %}
-- A cell with several codes, a range or a wildcard stays as it is, and codeset takes it apart when it reads the result.
{% if by_day %}
-- The codes of these releases have days of their own, so each day is an edition slot.
{% else %}
-- An edition slot lasts from its first day through its last: within it no code of these releases becomes valid or ends.
{% endif %}
{% if codes | length > 1 %}
-- Each of the {{ codes | length }} code columns of a row counts as a line of its own.
{% endif %}
{% if amount and (account or codes | length > 1) %}
-- An amount counts once for each code of its {% if account %}account{% else %}row{% endif %}. It may count for several codes, so do not add up the codes.
{% endif %}
{% if suppress_below %}
-- Groups with fewer than {{ suppress_below }} lines do not leave the database. A code with such a group has only its sum,
-- or no number if that is smaller as well.
{% endif %}
WITH source_rows AS (
  SELECT
    {{ text(codes[0]) }} AS raw_1
{% for code in codes[1:] %}
    , {{ text(code) }} AS raw_{{ loop.index + 1 }}
{% endfor %}
{% if system %}
    , COALESCE({{ text(system) }}, '') AS line_system
{% endif %}
{% if days | length == 1 %}
    , {{ day(days[0]) }} AS line_day
{% elif days %}
    , COALESCE({% for column in days %}{{ day(column) }}{% if not loop.last %}, {% endif %}{% endfor %}) AS line_day
{% endif %}
{% if owner %}
    , COALESCE({{ text(owner) }}, '') AS line_owner
{% endif %}
{% if account %}
    , NULLIF({{ text(account) }}, '') AS line_account
{% endif %}
{% if amount %}
    , {{ decimal(amount) }} AS line_amount
{% endif %}
  FROM {{ table }}
),
clean_rows AS (
  SELECT
{% for code in codes %}
    {{ ", " if not loop.first }}{{ clean("raw_" ~ loop.index) | trim }} AS code_{{ loop.index }}
{% endfor %}
{{ other_keys() }}{% if amount %}
    , line_amount
{% endif %}
  FROM source_rows
),
{% if codes | length > 1 %}
column_numbers AS (
  SELECT 1 AS column_number
{% for code in codes[1:] %}
  UNION ALL SELECT {{ loop.index + 1 }}
{% endfor %}
),
code_lines AS (
  SELECT
    CASE column_number
{% for code in codes %}
      WHEN {{ loop.index }} THEN code_{{ loop.index }}
{% endfor %}
    END AS code
{{ other_keys() }}{% if amount %}
    -- A code that is in a row twice has its amount once.
    , CASE
{% for code in codes[1:] %}
      WHEN column_number = {{ loop.index + 1 }} AND code_{{ loop.index + 1 }} IN ({% for other in codes[:loop.index] %}code_{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}) THEN NULL
{% endfor %}
      ELSE line_amount
    END AS line_amount
{% endif %}
  FROM clean_rows CROSS JOIN column_numbers
),
{% else %}
code_lines AS (
  SELECT
    code_1 AS code
{{ other_keys() }}{% if amount %}
    , line_amount
{% endif %}
  FROM clean_rows
),
{% endif %}
slot_lines AS (
  SELECT
    code
{% if system %}
    , line_system
{% endif %}
{% if owner %}
    , line_owner
{% endif %}
{% if account %}
    , line_account
{% endif %}
{% if not days %}
    , 'undated' AS edition_slot
{% elif by_day %}
    , CASE WHEN line_day IS NULL THEN 'undated' ELSE {{ day_text("line_day") }} END AS edition_slot
{% else %}
    , CASE
      WHEN line_day IS NULL THEN 'undated'
{% for slot in slots[:-1] %}
      WHEN line_day < {{ day_literal(slot.next) }} THEN '{{ slot.name }}'
{% endfor %}
      ELSE '{{ slots[-1].name }}'
    END AS edition_slot
{% endif %}
{% if amount and account %}
    , CASE WHEN line_account IS NULL OR ROW_NUMBER() OVER (
        PARTITION BY code, line_account
        ORDER BY
          CASE WHEN line_amount IS NULL THEN 1 ELSE 0 END
{% if days %}
          , CASE WHEN line_day IS NULL THEN 1 ELSE 0 END
          , line_day
{% endif %}
{% if owner %}
          , line_owner
{% endif %}
{% if system %}
          , line_system
{% endif %}
          , line_amount
      ) = 1 THEN line_amount END AS counted_amount
{% elif amount %}
    , line_amount AS counted_amount
{% endif %}
  FROM code_lines
  WHERE code <> ''
),
code_groups AS (
  SELECT
    {{ group_keys() | trim }}
    , {{ count_lines() }} AS line_count
{% if account %}
    , COUNT(DISTINCT line_account) AS account_count
{% endif %}
{% if amount %}
    , SUM(counted_amount) AS amount_sum
{% endif %}
  FROM slot_lines
  GROUP BY {{ group_keys() | trim }}
){% if suppress_below %},
sized_groups AS (
  SELECT
    {{ group_keys() | trim }}
    , line_count
{% if account %}
    , account_count
{% endif %}
{% if amount %}
    , amount_sum
{% endif %}
    , SUM(line_count) OVER (PARTITION BY {{ code_keys() | trim }}) AS code_count
    , MIN(line_count) OVER (PARTITION BY {{ code_keys() | trim }}) AS least_count
  FROM code_groups
),
safe_groups AS (
  SELECT
    {{ code_keys() | trim }}
    , CASE WHEN least_count >= {{ suppress_below }} THEN edition_slot ELSE 'below-{{ suppress_below }}' END AS edition_slot
{% if owner %}
    , CASE WHEN least_count >= {{ suppress_below }} OR code_count < {{ suppress_below }} THEN line_owner ELSE '' END AS line_owner
{% endif %}
    , CASE WHEN code_count >= {{ suppress_below }} THEN line_count END AS line_count
{% if account %}
    , CASE WHEN least_count >= {{ suppress_below }} AND account_count >= {{ suppress_below }} THEN account_count END AS account_count
{% endif %}
{% if amount %}
    , CASE WHEN code_count >= {{ suppress_below }} THEN amount_sum END AS amount_sum
{% endif %}
  FROM sized_groups
)
{% else %}

{% endif %}
SELECT
  code AS {{ result.code }}
{% if system %}
  , line_system AS {{ result.code_system }}
{% endif %}
  , edition_slot AS {{ result.edition_slot }}
{% if owner %}
  , line_owner AS {{ result.owner }}
{% endif %}
{% if suppress_below %}
  , SUM(line_count) AS {{ result.lines }}
{% if account %}
  , SUM(account_count) AS {{ result.accounts }}
{% endif %}
{% if amount %}
  , {{ amount_text("SUM(amount_sum)") }} AS {{ result.amount }}
{% endif %}
FROM safe_groups
GROUP BY {{ group_keys() | trim }}
{% else %}
  , line_count AS {{ result.lines }}
{% if account %}
  , account_count AS {{ result.accounts }}
{% endif %}
{% if amount %}
  , {{ amount_text("amount_sum") }} AS {{ result.amount }}
{% endif %}
FROM code_groups
{% endif %}
ORDER BY {{ group_keys() | trim }};
