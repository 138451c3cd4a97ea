// The account's data as a file, and the way out.

import { $ } from '../lib/dom.js';
import { exportLinks } from '../lib/export.js';
import { required } from '../lib/session.js';

await required();
exportLinks($('main > [data-problem]'));
