{{#FORECAST}}[[@include rule_preview.tpl]]{{/FORECAST}}
