select * from dx where icd10 in ('I10', 'G35');
