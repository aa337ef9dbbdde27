-- Every column of gold.fact_charge, in the order of its key.
select
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, item_code,
    description, quantity, unit_price_cents, amount_cents, charged_at
from gold.fact_charge
order by encounter_key, line_number
