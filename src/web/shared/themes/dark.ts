export { webDarkTheme as tokens } from "@fluentui/tokens";
