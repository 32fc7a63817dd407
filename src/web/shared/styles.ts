/** What every page looks like. Import for its effect, before the page's own style. */
import "./base.css";
import "./controls.css";
import "./pictures.css";
