<!doctype html>
<html lang="{{LANG}}"{{#THEME_IS_DARK}} data-theme="dark"{{/THEME_IS_DARK}}{{#THEME_IS_LIGHT}} data-theme="light"{{/THEME_IS_LIGHT}}>
<head>
[[@include head.tpl]]
</head>
<body class="roomy">
<main class="plain-page" id="main" tabindex="-1">
[[@content]]
</main>
</body>
</html>
