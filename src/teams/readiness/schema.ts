export { type AppState, accountChecks, appStates } from "../../identity/account-checks.ts";
