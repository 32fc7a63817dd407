import { asteriskStage } from "../centers/asterisk.ts";
import { tellRestart } from "./database-restart.ts";

tellRestart("asterisk", asteriskStage);
