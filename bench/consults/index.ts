import type { Area } from "../measure.ts";

export const consults: Area = { name: "consults", about: "", run: async () => [] };
