export type RefusalStatus = 400 | 401 | 403 | 404 | 406 | 409 | 415 | 429 | 500 | 503;

/** An error answer in RingCentral's shape; the guide's samples repeat the first error at the top. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly errorCode: string;
  readonly more: Record<string, string>;

  constructor(status: RefusalStatus, errorCode: string, message: string, more: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.more = more;
  }

  get body(): Record<string, unknown> {
    const error = { errorCode: this.errorCode, message: this.message, ...this.more };
    return { ...error, errors: [error] };
  }
}

export const invalid = (parameterName: string): Refusal =>
  new Refusal(400, "CMN-101", `Parameter [${parameterName}] value is invalid`, { parameterName });

export const unknownResource = (parameterName: string): Refusal =>
  new Refusal(404, "CMN-102", `Resource for parameter [${parameterName}] is not found`, { parameterName });

export const lacksScope = (permissionName: string): Refusal =>
  new Refusal(403, "CMN-401", `In order to call this API endpoint, application needs to have [${permissionName}]`, {
    permissionName,
  });

export const lacksPermission = (permissionName: string): Refusal =>
  new Refusal(403, "CMN-408", `In order to call this API endpoint, user needs to have [${permissionName}] permission`, {
    permissionName,
  });
