<div class="text stack s">[[@include rich_text.tpl]]</div>
