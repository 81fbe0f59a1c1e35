/** Everything a page needs, started once. Pages work without it, only less kindly. */

import * as csrf from "./csrf.js";
import * as forms from "./forms.js";
import * as keyboard from "./keyboard.js";
import * as live from "./live.js";
import * as menus from "./menus.js";
import * as passkeys from "./passkeys.js";
import * as presence from "./presence.js";
import * as print from "./print.js";
import * as select from "./select.js";
import * as store from "./store.js";
import * as themeSwitch from "./theme-switch.js";
import * as toast from "./toast.js";
import * as waiting from "./waiting.js";

for (const behaviour of [csrf, waiting, store, forms, keyboard, menus, passkeys, print, select, themeSwitch, toast, presence, live]) behaviour.start();
