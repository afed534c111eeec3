<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content='{"extensions":"hx-csp, sse","includeIndicatorCSS":false}'>
<title>{{PAGE_TITLE}} · Lethe</title>
<link rel="preload" href="[[@asset inter.woff2]]" as="font" type="font/woff2" crossorigin>
<link rel="icon" href="[[@asset favicon.svg]]" type="image/svg+xml">
<link rel="stylesheet" href="[[@asset lethe.css]]">
<script nonce="{{NONCE}}" src="[[@asset htmx.js]]" defer></script>
<script nonce="{{NONCE}}" src="[[@asset hx-csp.js]]" defer></script>
<script nonce="{{NONCE}}" src="[[@asset hx-sse.js]]" defer></script>
<script nonce="{{NONCE}}" type="module" src="[[@asset lethe.js]]"></script>
