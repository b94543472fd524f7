"""Whole answers of models, well formed and otherwise, for the fields that `parse_cases.SHAPES` name."""

DONE = "\n\n[[ ## completed ## ]]"
A = "[[ ## answer ## ]]\n"

# fmt: off
CHAT_TEXTS: list[str] = [
    "", " ", "\n\n", "Paris", "[[ ## completed ## ]]", "[[ ## answer ## ]]", A + "yes" + DONE, A + "8", A, A + DONE,
    "Sure! Here it is:\n\n" + A + "yes" + DONE + "\nAnything else?", "[[ ## answer ## ]] yes" + DONE,
    "[[ ## answer ## ]]yes", "  [[ ## answer ## ]]  yes  ", "\t[[ ## answer ## ]]\tyes\n\tmore",
    "text before [[ ## answer ## ]]\nyes", "**[[ ## answer ## ]]**\nyes", "[[ ## Answer ## ]]\nyes",
    "[[## answer ##]]\nyes", "[[ ##answer## ]]\nyes", "[[  ##  answer  ##  ]]\nyes", "[[ # answer # ]]\nyes",
    "## answer ##\nyes", "[ ## answer ## ]\nyes", "[[ ## answer ## ]\nyes", "[[ ## answer ## ]]]\nyes",
    "[[ ## answer ## ]]:\nyes", "[[ ## an swer ## ]]\nyes", "[[ ## answer: ## ]]\nyes", "[[ ## `answer` ## ]]\nyes",
    "[[ ##\u00a0answer ## ]]\nyes", "answer: yes", A + "yes\n" + A + "no" + DONE, A + "\n" + A + "no",
    A + "yes\n\n[[ ## other ## ]]\nx" + DONE, "[[ ## other ## ]]\nx\n" + A + "yes",
    A + "yes\n[[ ## score ## ]]\n0.5" + DONE, "[[ ## score ## ]]\n0.5\n" + A + "yes",
    A + "yes\n[[ ## score ## ]]\nhigh" + DONE, A + "yes [[ ## score ## ]] 0.5",
    A + "yes\n[[ ## score ## ]] 0.5 [[ ## completed ## ]]", A + "yes\n[[ ## score ## ]]",
    "[[ ## reasoning ## ]]\nstep one\n\nstep two\n\n" + A + "[1, 2]\n\n[[ ## ok ## ]]\nTrue" + DONE,
    "[[ ## reasoning ## ]]\n" + A + "[1]\n[[ ## ok ## ]]\nyes",
    "[[ ## ok ## ]]\n1\n" + A + "1, 2\n[[ ## reasoning ## ]]\nlast", A + "yes\n[[ ## note ## ]]\nnull" + DONE,
    A + "'no'\n[[ ## note ## ]]\n3", A + "no\n[[ ## note ## ]]\n", A + "yes\n[[ ## note ## ]]\nx",
    A + "yes\r\n\r\n[[ ## completed ## ]]\r\n", "[[ ## answer ## ]]\r\nyes\rno" + DONE,
    A + "one\u2028two\u2029three" + DONE, A + "one\x0btwo\x0cthree\x1cfour\x1dfive\x1esix\x85seven" + DONE,
    "\u2028[[ ## answer ## ]]\u2028yes", "\ufeff[[ ## answer ## ]]\nyes",
    A + "  indented\n    more\n\n\n  end  \n" + DONE, A + "\x1f yes \x1f", A + "\u00a0yes\u3000" + DONE,
    "\u00a0[[ ## answer ## ]]\nyes", "```\n" + A + "yes" + DONE + "\n```", A + "```\nyes\n```" + DONE,
    A + "```json\n[\"a\", \"b\"]\n```" + DONE, A + '["a",\n "b"\n]' + DONE, A + '{"a": 1}' + DONE,
    A + "{'a': [1, 2.0, None]}" + DONE, A + '```json\n{"a": {"b": null}}\n```\nas asked' + DONE, A + "null" + DONE,
    A + "[[ ## completed ## ]] yes", "[[ ## completed ## ]]\n" + A + "yes", A + "a\x00b", "\x00\x01\xff", A + "8" * 400,
    "[[" * 50, "[[ ## answer ## ]] [[ ## answer ## ]] yes", "[[ ## 答案 ## ]]\nx\n" + A + "是", '{"answer": "yes"}',
    "<answer>yes</answer>",
]
# fmt: on

# fmt: off
JSON_TEXTS: list[str] = [
    "", " ", "null", "true", "3", '"yes"', "yes", "[]", "{}", "{", "}", '{"answer"', '{"answer":', '{"answer": "yes',
    "[1, 2]", '{"answer": "yes"}', '{"answer": "yes", "score": 0.5}', '{"score": "0.5", "answer": "yes"}',
    '{"answer": "yes",}', '{"Answer": "yes"}', '{"answer": 8}', '{"answer": [1, 2], "reasoning": "r", "ok": "yes"}',
    '{"reasoning": "r", "answer": "[1, 2]", "ok": 1}', '{"answer": null}', '{"answer": "yes", "note": null}',
    '{"answer": "no", "note": "3"}', '{"answer": "yes", "note": 3.5}', '{"answer": "yes", "extra": [1]}',
    "{'answer': 'yes'}", "{answer: yes}", '{answer: "yes"}', "{“answer”: “yes”}", '{"answer": yes}',
    '{"answer": yes, "score": 0.5}', "{'answer': True, 'score': None}", '{"answer": "yes" "score": 0.5}',
    '{"answer": "yes"; "score": 0.5}', '{"answer" "yes"}', '{"answer"="yes"}',
    '```json\n{"answer": "yes", "score": 1}\n```', '```\n{"answer": "yes"}\n```',
    'Sure:\n```json\n{"answer": "yes"}\n```\nDone.', '`{"answer": "yes"}`',
    'Here it is: {"answer": "yes", "score": 0.5} as asked.', '{"answer": "yes"} {"answer": "no"}',
    '{"answer": "yes"}\n{"score": 0.5}', '[{"answer": "yes", "score": 0.5}]', '[{"answer": "yes"}, {"answer": "no"}]',
    'text [1] {"answer": "yes"}', '{"a": 1} then {"answer": "yes"}', '{"answer": "yes", // why\n "score": 0.5}',
    '{"answer": "yes", /* why */ "score": 0.5}', '{"answer": "yes" # why\n}', '# title\n{"answer": "yes"}',
    '{"answer": "line one\nline two"}', '{"answer": "say "hi" now"}', '{"answer": "it\'s"}',
    '{"answer": "a\\nb\\u00e9\\ud83e\\udd8a"}', '{"answer": "a\\qb"}', '{"answer": "a", "answer": "b"}',
    '{"answer": {"a": 1, "b": [true, null]}}', '{"answer": {"a": 1', '{"answer": ["a", "b"', '{"answer": ["a" "b"]}',
    '{"answer": ["a", "b",]}', '{"answer": ["a", ...]}', '{"answer": [a, b]}', '{"answer": ("a", "b")}',
    '{"answer": "[\\"a\\", \\"b\\"]"}', '{"answer": 1_000}', '{"answer": 1,000}', '{"answer": 0.5.5}', '{"answer": .5}',
    '{"answer": 08}', '{"answer": +8}', '{"answer": 0x10}', '{"answer": 1/2}', '{"answer": NaN, "score": Infinity}',
    '{"answer": "yes", "score": -Infinity}', '{"answer": undefined}', '{"answer": 1e400}', '{"answer": 8%}',
    '{"output": {"answer": "yes", "score": 1}}', '"{\\"answer\\": \\"yes\\"}"', '{"answer": "```json\\n[1]\\n```"}',
    '{"answer": "</answer>"}', '\ufeff{"answer": "yes"}', '{"answer":\t"yes"\r\n}', '{\u00a0"answer": "yes"}',
    '{"answer": "a\u2028b"}', "{{'answer': 'yes'}}", '{"answer": "yes"}}', '{"answer": "yes"',
    '{"answer": "yes", "score": 0.', '{"answer": "yes", "sco', '{"answer": "yes", "score"', '{"answer": tru',
    '{"answer": [1, 2, {"a":', "answer: yes", "- answer: yes\n- score: 0.5", "[[ ## answer ## ]]\nyes",
    "<answer>yes</answer>", '<json>{"answer": "yes"}</json>', "\x00\x01", '{"answer": {"a": "{"}}',
    'x {"answer": "a}b"} y', "{'answer': \"it's\"}", '{"answer": \'say "x"\'}', '{"answer": """yes"""}',
    '{"answer": "",}',
]
# fmt: on

# fmt: off
XML_TEXTS: list[str] = [
    "", " ", "yes", "<answer>yes</answer>", "<answer>\nyes\n</answer>", "<answer> yes </answer>", "<answer/>",
    "<answer />", "<answer></answer>", "Sure: <answer>yes</answer> done", "<answer>yes", "<answer>yes</answer",
    "yes</answer>", "<answer>yes</Answer>", "<Answer>yes</Answer>", "<answer>yes</answer><answer>no</answer>",
    "<answer>yes</answer>\n\n<score>0.5</score>", "<score>0.5</score><answer>yes</answer>",
    "<answer>yes</answer><score>high</score>", "<answer>yes</answer><score/>",
    "<answer>yes</answer><score> 1 </score><extra>x</extra>",
    "<reasoning>one\n\ntwo</reasoning><answer><item>1</item><item>2</item></answer><ok>True</ok>",
    "<reasoning>r</reasoning><answer>[1, 2]</answer><ok>no</ok>",
    "<reasoning>a < b</reasoning><answer>[1]</answer><ok>yes</ok>", "<reasoning/><answer/><ok>1</ok>",
    "<ok>0</ok><answer>1</answer><reasoning>x</reasoning>", "<answer>yes</answer><note/>",
    "<answer>no</answer><note>null</note>", "<answer>yes</answer><note>3</note>", "<answer> no </answer><note>x</note>",
    "<answer>a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos; &#233; &#xe9;</answer>", "<answer>a & b</answer>",
    "<answer>a < b</answer>", "<answer>a > b</answer>", "<answer>&nbsp;</answer>", "<answer>&undefined;</answer>",
    "<answer>a]]>b</answer>", "<answer><![CDATA[a < b & c]]></answer>", "<answer><!-- why -->yes<!-- so --></answer>",
    "<answer>yes<!-- why -->no</answer>", "<?xml version='1.0'?><answer>yes</answer>", "<answer><?pi x?>yes</answer>",
    '<answer type="text">yes</answer>', "<answer type=text>yes</answer>", "<answer a='1' a='2'>yes</answer>",
    '<answer key="other">yes</answer>', "<answer>a<b>bold</b>tail</answer>", "<answer><b>bold</b></answer>",
    "<answer>a<br>b</answer>", "<answer>a<br/>b<br/></answer>", "<answer>x<answer>y</answer></answer>",
    "```xml\n<answer>yes</answer>\n```", "<response><answer>yes</answer></response>",
    "<dspy_root><answer>yes</answer></dspy_root>", "</dspy_root><dspy_root>",
    "<answer>yes</answer></dspy_root><dspy_root>", "<!DOCTYPE x><answer>yes</answer>",
    '<!DOCTYPE x [<!ENTITY e "v">]><answer>&e;</answer>', "<x:answer>yes</x:answer>",
    '<a:answer xmlns:a="urn:a">yes</a:answer>', '<answer xmlns="urn:a">yes</answer>', "<entry key='answer'>yes</entry>",
    "<entry>yes</entry>", "<answer>one\r\ntwo\rthree</answer>", "<answer>\x00</answer>", "<answer>\x0b</answer>",
    "<answer>\u2028\x85\ufffe</answer>", "<answer>\u2028é🦊</answer>", "<answer>&#0;</answer>",
    "<answer>&#x1F98A;</answer>", "<answer>&#xD800;</answer>", "<1>x</1>", "< answer>yes</answer>",
    "<answer >yes</answer >", "<答案>x</答案><answer>是</answer>", "[[ ## answer ## ]]\nyes", '{"answer": "yes"}',
    "<answer>yes</answer>&", "1 < 2 <answer>yes</answer>", "<" * 30, "<answer>[\"a\", \"b\"]</answer>",
    "<answer>{'a': 1}</answer>", "<answer>```json\n[\"a\"]\n```</answer>", "<answer>null</answer>",
    "<answer>None</answer>",
]
# fmt: on

# What may stand in the tag of a value, whatever its type.
# fmt: off
XML_VALUES: list[str] = [
    "<item>1</item><item>2</item>", "<item>a</item>", "<item/>", "<item></item><item>b</item>", "<item>[1]</item>",
    "text<item>1</item>", "<a>1</a><b>2</b>", "<a>1</a><a>2</a>", '<entry key="a b">1</entry>', "<entry>1</entry>",
    "<a><item>1</item><item>2</item></a>", "<item><a>1</a></item><item><b>2</b></item>", "<item><item>1</item></item>",
    "<a><b>1.5</b></a>", "<a/>", "<item>1</item><other>2</other>", "<b>bold</b> text",
    "<name>f</name><args><q>1</q></args>", "<url>https://a.b/c.png</url>", "<code>x &lt; 1</code>",
    "<content>why</content>", "<tool_calls><item><name>f</name><args><q>cats</q></args></item></tool_calls>",
    "<tool_calls><name>f</name><args/></tool_calls>", "<tool_calls/>",
]
# fmt: on
