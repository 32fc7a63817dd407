/** Program: our service with its jobs, as `npm start` runs it. */
import type { Company } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { startService } from "../service.ts";

answerQuestions(async (company: Company) => (await startService({ company, jobs: true })).port);
