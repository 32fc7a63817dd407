import { runPackageCommand } from "./package-command.ts";

process.exitCode = await runPackageCommand(process.argv.slice(2), console);
