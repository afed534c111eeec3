<!-- want: nothing -->
<a class="{{C}}" href="{{A_URL}}" hx-get="{{A_URL}}" title="[[Open {{NAME}}]]"{{#ON}} aria-current="page"{{/ON}}>{{NAME}} [[@icon x]]</a>
