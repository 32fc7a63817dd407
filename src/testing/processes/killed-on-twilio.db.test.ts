import { twilioStage } from "../centers/twilio.ts";
import { tellKilled } from "./killed.ts";

tellKilled("twilio", twilioStage);
