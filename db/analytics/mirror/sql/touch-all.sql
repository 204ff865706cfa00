-- Every session is to be summed again.
INSERT INTO touched SELECT session_no FROM sessions;
