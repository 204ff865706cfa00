-- Removes the sums of the touched sessions' events. No parameters.
DELETE FROM event_sums WHERE session_no IN (SELECT session_no FROM touched);
