import { webhookStage } from "../centers/webhook.ts";
import { tellRestart } from "./database-restart.ts";

tellRestart("webhook", webhookStage);
