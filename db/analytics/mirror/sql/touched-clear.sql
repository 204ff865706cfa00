-- The touched sessions are summed. No parameters.
DELETE FROM touched;
