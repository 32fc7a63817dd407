/** Program: the whole service with its jobs, as in production, that tells how much memory it takes. */
import { ensureSweeps } from "../../src/presence/sweep.ts";
import type { Company } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { startService } from "../service.ts";

export type MemoryQuestion = { do: "start"; company: Company } | { do: "tell" };
/** The most that was ever resident, in megabytes of 2^20 bytes. */
export type Memory = { peakMegabytes: number };

answerQuestions(async (question: MemoryQuestion): Promise<Memory> => {
  if (question.do === "start") {
    const { wired } = await startService({ company: question.company, jobs: true });
    await ensureSweeps(wired.service);
  }
  return { peakMegabytes: process.resourceUsage().maxRSS / 1024 };
});
