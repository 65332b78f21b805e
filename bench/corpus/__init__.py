"""Real pages to record and to replay: themes, dashboards and showcases that their authors publish on npm. `pages` names
them, `packages` brings what they are made of onto this machine, `site` serves them."""
