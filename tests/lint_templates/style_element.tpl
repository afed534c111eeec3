<!-- want: <style> is not allowed -->
<style>p{}</style>
