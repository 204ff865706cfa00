/** *User SQL*: one statement that a user wrote, run where it can read the open sources and nothing else. */
export { lockForUserSql, type UserSql, type UserSqlLimits } from './user-sql';
