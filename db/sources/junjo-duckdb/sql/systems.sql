-- Services → systems.
SELECT DISTINCT service_name AS system_id, service_name AS name, 'service' AS system_type
FROM whole.spans
WHERE service_name IS NOT NULL AND service_name <> ''
ORDER BY service_name
