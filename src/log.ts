/**
 * One structured event per request and per job. Ids, codes and durations only: names, addresses, phone numbers,
 * message text, context and tokens never go in.
 */
export type LogFields = Record<string, string | number | boolean | undefined | null>;
export type Log = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  with(fields: LogFields): Log;
};

export function createLog(write: (line: string) => void = (line) => console.log(line), base: LogFields = {}): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      write(JSON.stringify({ time: new Date().toISOString(), level, message, ...base, ...fields }));
  return {
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => createLog(write, { ...base, ...fields }),
  };
}

export const silentLog: Log = createLog(() => {});

/** What of an unknown failure may be logged: its class and code, never its message, which may quote customer text. */
export function errorFields(error: unknown): LogFields {
  const fault = error as { name?: unknown; code?: unknown; cause?: { name?: unknown; code?: unknown } } | undefined;
  const code = fault?.code ?? fault?.cause?.code;
  return {
    error_name: String(error instanceof Error ? error.constructor.name : typeof error),
    error_code: code === undefined ? undefined : String(code),
    error_cause: fault?.cause?.name === undefined ? undefined : String(fault.cause.name),
  };
}
