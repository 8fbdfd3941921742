"""One node of a tree."""

from gt_platform.answers.branches import Node
from gt_platform.workbench.web.forms.pick import PickPage


class NodePage(PickPage):
    """Radio buttons in groups that open, searched by the script; the field holds the number of the option."""

    form = Node
    ask = """
{% macro radio(branch) %}
<label class="option" data-of="{{ branch.option.value }}">
  <input type="radio" name="{{ widget.name }}" value="{{ branch.at }}"
    {%- if widget.typed() == branch.at|string %} checked{% endif %}>
  <span class="meaning"><b><bdi>{{ branch.name }}</bdi></b>
    {%- if branch.below %}<small>as a whole</small>
    {%- elif branch.option.definition %}<small>{{ branch.option.definition }}</small>{% endif %}</span>
</label>
{% endmacro %}
<fieldset class="pick tree" data-keys data-widget="finding">
  {{ legend(widget) }}
  <div class="options">
  {% for branch in widget.form.branches() recursive %}
  {% if branch.below %}
  <details data-of="{{ branch.path }}"{% if widget.typed() in branch.numbers()|map("string") %} open{% endif %}>
    <summary><bdi>{{ branch.name }}</bdi></summary>
    {% if branch.option %}{{ radio(branch) }}{% endif %}
    {{ loop(branch.below) }}
  </details>
  {% else %}
  {{ radio(branch) }}
  {% endif %}
  {% endfor %}
  </div>
</fieldset>
"""
