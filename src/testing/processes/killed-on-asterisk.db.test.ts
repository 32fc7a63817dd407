import { asteriskStage } from "../centers/asterisk.ts";
import { tellKilled } from "./killed.ts";

tellKilled("asterisk", asteriskStage);
