import { z } from "zod";

const base64 = z.string().regex(/^[A-Za-z0-9+/=\s]+$/, "wants base64");

/** Pushes of presence need a service account that has signed in: Graph gives them to people only, not to applications. */
export const notifications = z.object({
  refreshToken: z
    .string()
    .min(1)
    .describe("Refresh token of the service account, with Presence.Read.All and offline_access"),
  encryption: z
    .object({
      id: z.string().min(1).max(128).describe("Name of the certificate; give a new one another name"),
      certificate: base64.describe("X.509 certificate with an RSA key of 2,048 to 4,096 bits, DER in base64"),
      privateKey: base64.describe("The key to it, PKCS #8 DER in base64"),
    })
    .optional()
    .describe("With it, notifications say what somebody shows; without, only that something has changed"),
  /** The facts sheet could not confirm that Graph sends these. */
  acceptV2Tokens: z.boolean().default(false).describe("Believe proofs in the v2 token format too"),
});
export type NotificationSettings = z.output<typeof notifications>;
