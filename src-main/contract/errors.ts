/** The error table lives with the model, so that readers and engines can throw its codes. */
export { type ErrorCode, errorCodes, errorTable, type Failure, failure } from '../../db/model';
