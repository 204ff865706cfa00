-- The migrations that a store has had, oldest first.
SELECT number, name FROM stepscope_migrations ORDER BY number;
