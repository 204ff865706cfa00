-- Removes the sums of the touched sessions. No parameters.
DELETE FROM session_stats WHERE session_no IN (SELECT session_no FROM touched);
