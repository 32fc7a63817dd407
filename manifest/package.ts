import { runPackageCommand } from "./package-command.ts";

const { LC_ALL, LC_MESSAGES, LANG } = process.env;
process.exitCode = await runPackageCommand(process.argv.slice(2), console, LC_ALL || LC_MESSAGES || LANG);
