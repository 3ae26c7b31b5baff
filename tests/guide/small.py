"""A small guide for tests, as content files: three chapters, five clauses, two tools, a case, a chain, a topic, two words."""

import yaml

PARTS = """## 大白话问题

{question}

## 一分钟听懂

第一句给大家。不合格输出要**先拦住**。

> [老板] 老板的一句。

> [中层] 中层的一句。

> [一线] 一线的一句。

## 车间里什么样

样品厂（示例）的 3 号机，上午出了 15 件坏件。

## 三步怎么做

### 第一步：拦住

先停机，再挂牌。

### 第二步：拿主意

有权的人定。

### 第三步：记下来

填单子，重新检。

## 用什么工具

- **TB41 不合格品处置单**：一行记一档子事。
- 五色牌自己裁。

## 常见的坑

- **修好了直接放回去。** 当新件重新检。

## 审核员会问

### 这几件为什么没有牌子？

当场挂牌，按待检办。

## 小厂最低做到

### 最低

- 一只红箱。

### 再好一点

- 每周清点。

## 2026版变了什么

条号没动。

## 接着学

- 看看首件检验。
"""

TOOL = """## 干什么用

盯着一批坏件，有下文。

## 什么时候用

- 检验判了不合格。

## 五步会用

1. 挂牌。
2. 拿主意。

## 填好的样子

样品厂（示例）：

| 单号 | 件 |
|---|---|
| BH-1 | 销轴 |
"""

CASE = """## 当时什么情况

毯子串了色。

## 前后对比

| 看什么 | 之前 | 之后 |
|---|---|---|
| 换货 | 7 回 | 1 回 |
"""


def write(folder, kind, key, body, **meta):
    """One content file; ``meta`` overrides the usual head."""
    path = folder / kind / f"{key}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{yaml.safe_dump({'key': key} | meta, allow_unicode=True)}---\n{body}", encoding="utf-8")
    return path


def write_clause(folder, key, body=None, **meta):
    head = {
        "number_2015": key,
        "number_2026": key,
        "title": f"标题{key}",
        "short_title": f"短题{key}",
        "parent_key": None if "." not in key else key.split(".")[0],
        "layers": ["frontline", "top"],
        "reading_minutes": 8,
        "tools": [],
        "cases": [],
    }
    if "." not in key:
        head["chapter"] = True
        body = body or "这一章的导语。\n\n这一章问什么？\n"
    return write(folder, "clauses", key, body or PARTS.format(question=f"{key} 问的是什么？"), **(head | meta))


def write_tool(folder, key, **meta):
    head = {
        "title": f"工具{key}",
        "purpose": "一行写到底。",
        "clauses": [],
        "minutes": 5,
        "layers": ["middle"],
        "workbook": {
            "title": f"表{key}",
            "instructions": ["一行一件事。", "=1+1 不是公式"],
            "columns": [
                {"name": "日期", "width": 12, "kind": "date", "example": "2026-11-05"},
                {"name": "件数", "width": 8, "kind": "number", "example": 15},
                {"name": "处置", "width": 11, "kind": "choice", "choices": ["返工", "报废"], "example": "返工"},
                {"name": "备注", "width": 20, "kind": "text", "example": "=SUM(A1)"},
            ],
            "rows": 6,
            "landscape": True,
        },
    }
    return write(folder, "tools", key, TOOL, **(head | meta))


def write_case(folder, key, **meta):
    head = {
        "title": f"案例{key}",
        "enterprise": "样品厂（示例）",
        "pilot": "ditan",
        "district": "120114",
        "clauses": ["8.7"],
        "tools": ["TB41"],
        "layers": ["frontline"],
        "consent": "示例",
    }
    return write(folder, "cases", key, CASE, **(head | meta))


def write_chain(folder, key, **meta):
    head = {
        "title": f"链{key}",
        "pilot": "ditan",
        "summary": "从纱到毯。",
        "nodes": [
            {
                "stage": "染纱",
                "work": "按色号染",
                "weak": "两缸色差",
                "watch": "封样对色",
                "clauses": ["8.7"],
                "tools": ["TB41"],
            },
            {"stage": "织毯", "work": "上机织", "clauses": ["99.9"], "cases": ["hongsheng"]},
        ],
    }
    return write(folder, "chains", key, "这条链的导语。\n", **(head | meta))


def write_topic(folder, key, **meta):
    head = {
        "place": 1,
        "title": f"入门{key}",
        "summary": "先看这一页。",
        "layers": ["top"],
        "clauses": ["8.7", "99.9"],
        "tools": ["TB41"],
        "cases": ["hongsheng"],
    }
    return write(
        folder,
        "topics",
        key,
        "## 头一节\n\n一段话。\n\n| 条款 | 变没变 |\n|---|---|\n| 8.7 | 没变 |\n",
        **(head | meta),
    )


def write_all(folder):
    """8.7, 9.2 and 10.1–10.3 with their numbers of 2026, what belongs to them, and the glossary. Returns the folder."""
    for key in ("8", "9", "10"):
        write_clause(folder, key)
    write_clause(folder, "8.7", tools=["TB41"], short_title="坏件", title="不合格输出的控制")
    write_clause(folder, "9.2", short_title="内审", title="内部审核")
    write_clause(folder, "10.1", number_2026=None)
    write_clause(folder, "10.2")
    write_clause(folder, "10.3", number_2026="10.1", short_title="持续改进")
    write_tool(folder, "TB41", clauses=["8.7", "9.2"])
    write_tool(folder, "TB12", title="日点检表", purpose="设备点检，一天一行。")
    write_case(folder, "hongsheng")
    write_chain(folder, "ditan")
    write_topic(folder, "pdca")
    words = [
        {"iso": "不合格输出", "everyday": "坏件", "sentence": "做坏的和拿不准的。", "synonyms": ["不良品"]},
        {"iso": "输出", "everyday": "干出来的东西", "sentence": "一摞料也是。", "synonyms": []},
    ]
    (folder / "glossary.yaml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    return folder
