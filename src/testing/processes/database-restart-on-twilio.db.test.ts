import { twilioStage } from "../centers/twilio.ts";
import { tellRestart } from "./database-restart.ts";

tellRestart("twilio", twilioStage);
