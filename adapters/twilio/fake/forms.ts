import type { Context } from "hono";
import { ApiError } from "./model.ts";

export type Form = {
  text(name: string): string | undefined;
  needed(name: string, code: number): string;
  flag(name: string): boolean | undefined;
  number(name: string, min: number, max: number): number | undefined;
  all(name: string): string[];
};

/** Twilio takes forms only. */
export async function readForm(c: Context): Promise<Form> {
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) throw new ApiError(400, 20001, "The body must be a form");
  const form = new URLSearchParams(await c.req.text());
  const text = (name: string) => form.get(name) ?? undefined;
  return {
    text,
    needed(name, code) {
      const value = text(name);
      if (!value) throw new ApiError(400, code, `${name} is required`);
      return value;
    },
    flag(name) {
      const value = text(name);
      if (value !== undefined && value !== "true" && value !== "false")
        throw new ApiError(400, 20001, `${name} must be true or false`);
      return value === undefined ? undefined : value === "true";
    },
    number(name, min, max) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (!Number.isInteger(number) || number < min || number > max)
        throw new ApiError(400, 20001, `${name} is out of range`);
      return number;
    },
    all: (name) => form.getAll(name),
  };
}
