<!doctype html>
<html lang="{{LANG}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><base target="_blank"><title>[[Mail as the sender formatted it]]</title><link rel="stylesheet" href="[[@asset frame.css]]"></head>
<body dir="auto">{{#IMAGES_BLOCKED}}<p class="lethe-note">{{BLOCKED_COUNT}}: [[they would tell the sender that you read this.]]</p>{{/IMAGES_BLOCKED}}
{{MAIL_HTML:none}}
</body></html>
