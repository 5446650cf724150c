"""WeChat Pay v3: what we ask of api.mch.weixin.qq.com, and the check of what it notifies us of.

Carries INT-13 and WeChat's half of FEE-02; only this package knows wechatpayv3, and importing it loads nothing:
``wechat_pay.Pay`` asks and reads, ``facts`` holds what it says, ``bill`` reads the daily trade bill.
"""
