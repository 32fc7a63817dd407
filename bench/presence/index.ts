import type { Area } from "../measure.ts";

export const presence: Area = { name: "presence", about: "", run: async () => [] };
