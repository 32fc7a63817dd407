/** The page's entry: what it looks like, what runs first, then everything else. */
import "../shared/styles.ts";
import "./desk.css";
import "./consult.css";
import "./early.ts";

void import("./main.tsx");
