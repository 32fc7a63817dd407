import { webhookStage } from "../centers/webhook.ts";
import { tellKilled } from "./killed.ts";

tellKilled("webhook", webhookStage);
