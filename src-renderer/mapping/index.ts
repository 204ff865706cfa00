/** Where the user says what the columns of an unknown file are: a *draft* of a mapping, changed field by field, with what the list would show. */
export { MappingScreen } from './mapping-screen';
