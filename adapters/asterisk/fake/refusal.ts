/** An answer of ARI other than success, as it words it. */
export class Refused extends Error {
  readonly status: 400 | 404 | 409 | 412 | 422 | 500;
  readonly body: Record<string, string>;
  constructor(status: Refused["status"], message: string, body: Record<string, string> = { message }) {
    super(message);
    this.status = status;
    this.body = body;
  }
}
export const refuse = (status: Refused["status"], message: string): never => {
  throw new Refused(status, message);
};
/** The one answer with another shape. */
export const allocationFailed = (): never => {
  throw new Refused(500, "Allocation failed", { error: "Allocation failed" });
};
